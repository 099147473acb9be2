"""Every write of work: tasks, goals, questions to answer. Who may is asked here for what has a unit of its own."""
