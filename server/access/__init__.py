"""Who may do what: relations, the decision table, the one guard, and acts that take two.

Owns memberships, seats, acknowledgements, offices, denials and approvals. The decision is made
here and nowhere else; `policies/` says what a relation may do, and no domain knows the rules.
"""
