"""What an engagement is: frozen Pydantic models without input or output."""
