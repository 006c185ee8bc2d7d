//! Where the deployment is.

use ureq::http::Uri;

/// Scheme, host and port. The token goes there and nowhere else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address(String);

impl Address {
    /// Without a slash at the end.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads an address. Whoever listens on the way must not see the token: plain HTTP only to this machine itself.
pub(crate) fn parse(text: &str) -> Result<Address, String> {
    let form = || "an address looks like https://mfa.example.com, without a path".to_owned();
    let uri: Uri = text.trim().parse().map_err(|_| form())?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return Err(form()) };
    let plain_path = uri.path() == "/" && uri.query().is_none();
    if !plain_path || authority.as_str().contains('@') || authority.host().is_empty() {
        return Err(form());
    }
    let is_here = matches!(authority.host(), "localhost" | "127.0.0.1" | "[::1]");
    match scheme {
        "https" if !cfg!(feature = "https") => Err("this edge-mfa was built without HTTPS; install it with `cargo \
                                                    install --path crates/edge-mfa --features https`"
            .to_owned()),
        "https" => Ok(Address(format!("https://{authority}"))),
        "http" if is_here => Ok(Address(format!("http://{authority}"))),
        "http" => Err("the token would travel unencrypted; use https:// for anything but this machine".to_owned()),
        _ => Err(form()),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn plain_http_is_for_this_machine_alone() {
        for here in ["http://localhost:8787", "http://127.0.0.1:8787/", "http://[::1]:8787", " http://localhost "] {
            let address = parse(here).unwrap_or_else(|error| panic!("{here}: {error}"));
            assert_eq!(address.as_str(), here.trim().trim_end_matches('/'));
        }
        for elsewhere in ["http://mfa.example.com", "http://localhost.example.com", "http://10.0.0.1:8787"] {
            assert!(parse(elsewhere).unwrap_err().contains("unencrypted"), "{elsewhere}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "localhost:8787",
            "ftp://localhost",
            "http://localhost/api",
            "http://localhost?x",
            "http://a@localhost",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    #[cfg(feature = "https")]
    fn https_goes_anywhere() {
        assert_eq!(parse("https://mfa.example.com/").unwrap().as_str(), "https://mfa.example.com");
    }

    #[test]
    #[cfg(not(feature = "https"))]
    fn without_https_it_says_how_to_get_it() {
        assert!(parse("https://mfa.example.com").unwrap_err().contains("--features https"));
    }
}
