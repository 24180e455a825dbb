"""Business rules (NOT-03): `judging` says whether a rule acts and why not, `acting` what it then does, `listener` puts them together.

`delaying` is about actions that wait, `trial` about what rules would do, `wording` says what rules do, `rule_findings` which of them undo each
other or ask for what is not there. The rules themselves are declared in `settings.business_rules`.
"""
