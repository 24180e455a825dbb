"""The calls of Windows that give a file its rights and find accounts; everything raises OSError (SEC-02).

Nothing is decided here: see `store.file_rights`. Other systems find the module empty.
"""

from __future__ import annotations

import sys

if sys.platform == "win32":
    import ctypes
    import msvcrt
    import os
    from ctypes import wintypes
    from pathlib import Path

    # `use_last_error`: before Python can ask for an error, a call of its own may have replaced it.
    _advapi = ctypes.WinDLL("advapi32", use_last_error=True)
    _kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    _PVOID, _DWORD, _HANDLE = wintypes.LPVOID, wintypes.DWORD, wintypes.HANDLE
    _GENERIC_WRITE, _CREATE_NEW, _NORMAL, _NOT_SHARED = 0x40000000, 1, 0x80, 0
    _SDDL_REVISION, _TOKEN_QUERY, _TOKEN_USER = 1, 0x0008, 1
    _INVALID_HANDLE = ctypes.c_void_p(-1).value

    class _SecurityAttributes(ctypes.Structure):
        _fields_ = (("size", _DWORD), ("descriptor", _PVOID), ("inherited", wintypes.BOOL))

    # Without these a pointer is cut down to 32 bits.
    _advapi.ConvertStringSecurityDescriptorToSecurityDescriptorW.argtypes = (
        wintypes.LPCWSTR,
        _DWORD,
        ctypes.POINTER(_PVOID),
        ctypes.POINTER(_DWORD),
    )
    _advapi.ConvertSidToStringSidW.argtypes = (_PVOID, ctypes.POINTER(_PVOID))
    _advapi.LookupAccountNameW.argtypes = (
        wintypes.LPCWSTR,
        wintypes.LPCWSTR,
        _PVOID,
        ctypes.POINTER(_DWORD),
        wintypes.LPWSTR,
        ctypes.POINTER(_DWORD),
        ctypes.POINTER(ctypes.c_int),
    )
    _advapi.OpenProcessToken.argtypes = (_HANDLE, _DWORD, ctypes.POINTER(_HANDLE))
    _advapi.GetTokenInformation.argtypes = (_HANDLE, ctypes.c_int, _PVOID, _DWORD, ctypes.POINTER(_DWORD))
    _kernel.GetCurrentProcess.restype = _HANDLE
    _kernel.CloseHandle.argtypes = (_HANDLE,)
    _kernel.LocalFree.argtypes = (_PVOID,)
    _kernel.CreateFileW.argtypes = (wintypes.LPCWSTR, _DWORD, _DWORD, _PVOID, _DWORD, _DWORD, _HANDLE)
    _kernel.CreateFileW.restype = _HANDLE

    def _check(succeeded: object) -> None:
        if not succeeded:
            raise ctypes.WinError(ctypes.get_last_error())

    def create_file(file: Path, sddl: str) -> int:
        """Creates `file`, which may not exist, with the access list `sddl`; answers a descriptor to write to."""
        descriptor = _PVOID()
        _check(_advapi.ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, _SDDL_REVISION, ctypes.byref(descriptor), None))
        try:
            attributes = _SecurityAttributes(ctypes.sizeof(_SecurityAttributes), descriptor, False)
            handle = _kernel.CreateFileW(
                str(file), _GENERIC_WRITE, _NOT_SHARED, ctypes.byref(attributes), _CREATE_NEW, _NORMAL, None
            )
            _check(handle != _INVALID_HANDLE)
        finally:
            _kernel.LocalFree(descriptor)
        return msvcrt.open_osfhandle(handle, os.O_WRONLY | os.O_BINARY)

    def look_up(account: str) -> str:
        """The SID of the account of this name, of this computer or a domain."""
        sid_size, domain_size, kind = _DWORD(0), _DWORD(0), ctypes.c_int()
        # The first call tells the sizes.
        _advapi.LookupAccountNameW(
            None, account, None, ctypes.byref(sid_size), None, ctypes.byref(domain_size), ctypes.byref(kind)
        )
        sid = ctypes.create_string_buffer(max(sid_size.value, 1))
        domain = ctypes.create_unicode_buffer(max(domain_size.value, 1))
        _check(
            _advapi.LookupAccountNameW(
                None, account, sid, ctypes.byref(sid_size), domain, ctypes.byref(domain_size), ctypes.byref(kind)
            )
        )
        return _as_text(ctypes.cast(sid, _PVOID))

    def own_sid() -> str:
        """The SID of the account of this process. Not the owner of its files, which is a group for an elevated process."""
        token, size = _HANDLE(), _DWORD(0)
        _check(_advapi.OpenProcessToken(_kernel.GetCurrentProcess(), _TOKEN_QUERY, ctypes.byref(token)))
        try:
            _advapi.GetTokenInformation(token, _TOKEN_USER, None, 0, ctypes.byref(size))
            user = ctypes.create_string_buffer(max(size.value, 1))
            _check(_advapi.GetTokenInformation(token, _TOKEN_USER, user, size, ctypes.byref(size)))
            # TOKEN_USER begins with a pointer to the SID, which lies in the same buffer.
            return _as_text(ctypes.cast(user, ctypes.POINTER(_PVOID))[0])
        finally:
            _kernel.CloseHandle(token)

    def _as_text(sid: object) -> str:
        text = _PVOID()
        _check(_advapi.ConvertSidToStringSidW(sid, ctypes.byref(text)))
        try:
            return ctypes.wstring_at(text.value or 0)
        finally:
            _kernel.LocalFree(text)
