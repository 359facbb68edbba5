//! How hickory's client gets its sockets.
//!
//! hickory leaves its UDP sockets unconnected, and the operating system then keeps ICMP's
//! "port unreachable" to itself: a mistyped `--server` would look like a server that is slow
//! to answer. A connected socket is told at once. It also drops what comes from other
//! addresses, which hickory checks once more. And it notes that something came, for hickory
//! passes over what is no answer to the question, and a server that sends nothing else is not
//! silent.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hickory_client::runtime::{
    DnsUdpSocket, RuntimeProvider, TokioHandle, TokioRuntimeProvider, TokioTime,
};
use tokio::io::{Interest, ReadBuf};
use tokio::net::UdpSocket;

type Waiting<'a, T> = Pin<Box<dyn Send + Future<Output = io::Result<T>> + 'a>>;
type Opening<T> = Waiting<'static, T>;

/// Tokio's sockets, UDP ones connected.
#[derive(Clone, Default)]
pub(super) struct Sockets {
    provider: TokioRuntimeProvider,
    heard: Arc<AtomicBool>,
}

impl Sockets {
    /// A datagram has come, whatever was in it.
    pub fn heard_any(&self) -> bool {
        self.heard.load(Ordering::Relaxed)
    }
}

/// A UDP socket that hears from one server only.
pub(super) struct ConnectedUdp {
    socket: UdpSocket,
    server: SocketAddr,
    heard: Arc<AtomicBool>,
}

impl ConnectedUdp {
    fn received(&self, length: usize) -> (usize, SocketAddr) {
        self.heard.store(true, Ordering::Relaxed);
        (length, self.server)
    }
}

impl RuntimeProvider for Sockets {
    type Handle = TokioHandle;
    type Timer = TokioTime;
    type Udp = ConnectedUdp;
    type Tcp = <TokioRuntimeProvider as RuntimeProvider>::Tcp;

    fn create_handle(&self) -> Self::Handle {
        self.provider.create_handle()
    }

    fn connect_tcp(
        &self,
        server: SocketAddr,
        local: Option<SocketAddr>,
        timeout: Option<Duration>,
    ) -> Opening<Self::Tcp> {
        self.provider.connect_tcp(server, local, timeout)
    }

    fn bind_udp(&self, local: SocketAddr, server: SocketAddr) -> Opening<Self::Udp> {
        let heard = Arc::clone(&self.heard);
        Box::pin(async move {
            let socket = UdpSocket::bind(local).await?;
            socket.connect(server).await?;
            Ok(ConnectedUdp {
                socket,
                server,
                heard,
            })
        })
    }
}

impl DnsUdpSocket for ConnectedUdp {
    type Time = TokioTime;

    fn poll_recv_from(
        &self,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<(usize, SocketAddr)>> {
        let mut buffer = ReadBuf::new(buffer);
        ready!(self.socket.poll_recv(context, &mut buffer))?;
        Poll::Ready(Ok(self.received(buffer.filled().len())))
    }

    /// Waits for errors as well: an ICMP message does not make a socket readable. (The
    /// signature is what `async_trait` makes of the trait's `async fn`.)
    fn recv_from<'socket, 'buffer, 'wait>(
        &'socket self,
        buffer: &'buffer mut [u8],
    ) -> Waiting<'wait, (usize, SocketAddr)>
    where
        'socket: 'wait,
        'buffer: 'wait,
    {
        Box::pin(async move {
            let failed = || match self.socket.take_error()? {
                Some(error) => Err(error),
                None => Err(io::ErrorKind::WouldBlock.into()),
            };
            tokio::select! {
                received = self.socket.recv(buffer) => Ok(self.received(received?)),
                failure = self.socket.async_io(Interest::ERROR, failed) => failure,
            }
        })
    }

    fn poll_send_to(
        &self,
        context: &mut Context<'_>,
        bytes: &[u8],
        _target: SocketAddr,
    ) -> Poll<io::Result<usize>> {
        // Some systems refuse to be given an address for a socket that is connected.
        self.socket.poll_send(context, bytes)
    }
}
