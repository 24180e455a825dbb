"""Business rules (NOT-03): `judging` says whether a rule acts and why not, `acting` what it then does, `listener` puts them together.

`delaying` is about actions that wait, `trial` about what rules would do. The rules themselves are declared in `settings.business_rules`.
"""
