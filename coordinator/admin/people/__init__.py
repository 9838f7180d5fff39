"""People and duty rosters of a city: brought in from files, erased one by one."""
