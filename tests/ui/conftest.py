from hypothesis import settings

# drawing charts and workbooks may be slow on a busy machine; slowness is measured in benchmarks/, not here
settings.register_profile("ui", deadline=None)
settings.load_profile("ui")
