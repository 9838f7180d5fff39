"""What is put on paper: sheets of tables, written as HTML, Markdown, CSV or plain text. Knows nothing of the domain."""
