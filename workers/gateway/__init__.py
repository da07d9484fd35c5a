"""The data plane: authenticate, parse, route, reserve, stream, settle. No Django, no database."""
