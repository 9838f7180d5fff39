"""The planner: demand, assignment, feasibility. Pure: computed before anything is ordered."""
