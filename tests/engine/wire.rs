//! What stands on the wire: real sockets, bytes received against bytes meant.

mod connections;
mod copied;
mod listener;
mod paths;
mod requests;
