//! `cargo xtask example NAME`: an example application with an edge and a demo phone beside it, until Enter or Ctrl-C.

use edge_mfa_tests::edge::checkout;
use edge_mfa_tests::example::{Example, NAMES};
use edge_mfa_tests::{Edge, static_files};

fn main() {
    let name = std::env::args().nth(1).unwrap_or_default();
    let edge = Edge::start();
    let phone = static_files::serve(checkout().join("crates/demo-phone/www"));
    let example = match name.as_str() {
        "openid" => Example::openid(&edge),
        "own-login" => Example::own_login(&edge),
        "gate" => Example::gate(&edge).expect("nginx on this machine: `apt-get install nginx`, or NGINX names it"),
        other => panic!("there is no example `{other}`: there is {}", NAMES.join(", ")),
    };
    println!("\nThe example runs.\n");
    println!("  go to       {}", example.address);
    println!("  sign in as  {} with the password {}", example.username, example.password);
    println!("  demo phone  {phone}   (plays the authenticator app)");
    println!("\nIts files are in tests/examples/{name}. Enter or Ctrl-C stops everything; nothing is kept.");
    // Where nobody can press anything, until it is stopped.
    while std::io::stdin().read_line(&mut String::new()).is_ok_and(|read| read == 0) {
        std::thread::park();
    }
}
