"""All IO, one module an outside library; none of them knows another."""
