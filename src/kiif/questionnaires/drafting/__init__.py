"""The writing of a draft, without database or request: elements, steps and their way back, forms of each kind."""
