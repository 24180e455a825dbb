"""Imports every module that declares a message which the database keeps by its code: errors, and phrases within their facts.

`user_messages` imports this one when it meets a code that no imported module has declared. A program that only reads what
was kept need not know who wrote it: `records` reaches no mail server, and yet shows why the sign-in to one failed.
"""

from __future__ import annotations

import trackit_console.client_certificate
import trackit_console.helpdesk.business_time
import trackit_console.helpdesk.file_type_names
import trackit_console.helpdesk.reasons
import trackit_console.monitor.errors
import trackit_console.store.access_errors
import trackit_console.store.connection_errors
import trackit_console.store.errors
import trackit_console.store.key_errors
import trackit_console.store.schema_errors
import trackit_console.transports.authentication_names
import trackit_console.transports.certificate
import trackit_console.transports.errors  # noqa: F401
