"""Pure rules of work: ids and order of tasks, pace of goals, when a question must be answered."""
