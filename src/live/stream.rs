//! DNS over TCP: messages with their length in front (RFC 1035 4.2.2).
//!
//! hickory's TCP client is not used: a message that it cannot read is to it as if none had
//! come, so that nonsense would look like silence; and of a transfer it keeps eight messages
//! and drops what arrives while those wait to be read.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection to a server. It waits as long as it is let: whoever uses it sets a time.
pub(super) struct Connection(TcpStream);

impl Connection {
    pub async fn open(server: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(server).await?;
        // Length and message go out in one piece, and nothing is to wait for more.
        stream.set_nodelay(true)?;
        Ok(Self(stream))
    }

    /// Sends a message. An error of the kind `InvalidInput`: it is longer than TCP takes.
    pub async fn send(&mut self, message: &[u8]) -> io::Result<()> {
        let length = u16::try_from(message.len())
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        let framed = [&length.to_be_bytes()[..], message].concat();
        self.0.write_all(&framed).await
    }

    /// The next whole message. An error of the kind `UnexpectedEof`: the server closed the
    /// connection before it.
    pub async fn receive(&mut self) -> io::Result<Vec<u8>> {
        let length = self.0.read_u16().await?;
        let mut message = vec![0; length.into()];
        self.0.read_exact(&mut message).await?;
        Ok(message)
    }
}
