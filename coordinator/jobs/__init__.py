"""RQ jobs: typed payloads and how they are enqueued. A job is a duty; its outcome is a command that closes it."""
