"""Every governed model behind every door: what is planted, which doors there are, who walks them, what is claimed."""
