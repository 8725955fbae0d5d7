//! Connections: how many at once, how long we wait for them, and how they end when we are told to stop.

use std::sync::Arc;
use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::{App, operators, router};

/// Connections at once; whoever comes next waits.
const CONNECTIONS: usize = 1024;
/// How long a browser may take to say what it wants.
const HEADERS: Duration = Duration::from_secs(15);
/// How long answers may take to leave when we are told to stop.
pub const LEAVING: Duration = Duration::from_secs(5);
/// Between two tries when the system has no room for another connection.
const FULL: Duration = Duration::from_millis(100);

/// Answers at this address until it is told to stop.
pub async fn answer(app: App, listener: TcpListener) {
    tokio::spawn(operators::work(app.clone()));
    let service = TowerToHyperService::new(router(&app));
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADERS);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(HEADERS);
    let (builder, graceful) = (Arc::new(builder), GracefulShutdown::new());
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut stop = app.stop.clone();
    loop {
        let stream = tokio::select! {
            stream = next(&listener) => stream,
            // Whoever could tell us to stop may be gone: then we stop too.
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let place = Arc::clone(&places).acquire_owned().await;
        let (builder, service) = (Arc::clone(&builder), service.clone());
        let watcher = graceful.watcher();
        tokio::spawn(async move {
            let connection = builder.serve_connection(TokioIo::new(stream), service);
            if let Err(fault) = watcher.watch(connection).await {
                tracing::debug!("a connection ended early: {fault}");
            }
            drop(place);
        });
    }
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(LEAVING) => {}
    }
}

/// The next connection. When the system has no room for one, it is tried again a little later.
async fn next(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(fault) => {
                tracing::warn!("a connection could not be taken: {fault}");
                tokio::time::sleep(FULL).await;
            }
        }
    }
}
