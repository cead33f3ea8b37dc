"""The same requests to rtpengine and to this daemon, and their replies compared."""
