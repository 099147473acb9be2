"""Reading figures: values at any level and time, what they are made of, and the rows behind them."""
