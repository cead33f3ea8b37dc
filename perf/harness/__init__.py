"""The load harness: starts ng daemons in turn, has calls played through them, and sets one's figures against the other's."""
