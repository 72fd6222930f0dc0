"""Long walks through the whole house."""
