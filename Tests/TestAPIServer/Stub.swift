import X509
import NIOSSL
import NIOHTTP1
import NIOPosix
