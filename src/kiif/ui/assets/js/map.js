// placeholder until the map component
