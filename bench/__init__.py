"""The benchmarks: each module offers `run(scale) -> list[Result]`; `script/bench` runs them on servers of their own."""
