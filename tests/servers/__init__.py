"""The peers that tests talk to: real servers on loopback, and a scripted one for what real ones will not do."""
