"""The published language: messages, boards and how a delta is applied, errors and close codes. No server inside."""
