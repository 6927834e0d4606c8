"""Where a graph lives: the embedded store on disk, and other stores over the network."""
