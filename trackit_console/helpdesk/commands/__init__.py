"""Email commands: lines at the top of a mail that create, update and delete records (MSG-06).

`lines` reads them, `command` is what they mean, `permissions` who may do that, `people` whom they name, `effects` what changes,
`answer` what the sender is told. `rule` puts these together for `intake`.
"""
