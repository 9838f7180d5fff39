"""Looking back 复盘: what a record says of a night, in figures, hints and words. Pure: from events alone."""
