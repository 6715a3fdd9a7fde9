//! What stands on the wire: real sockets, bytes received against bytes meant.

#[path = "wire/connections.rs"]
mod connections;
#[path = "wire/copied.rs"]
mod copied;
#[path = "wire/listener.rs"]
mod listener;
#[path = "wire/paths.rs"]
mod paths;
#[path = "wire/requests.rs"]
mod requests;
