"""Servers the tests start on loopback: a resolver that answers as it is told, and hosts with certificates."""
