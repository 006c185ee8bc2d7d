//! Other products' exports: whatever a file holds, its reader says what is wrong, and takes nothing that is weak.

use mfa_import::{Options, Product, read};
use zeroize::Zeroizing;

/// The first byte says whose file the rest is.
pub(crate) fn file(data: &[u8]) {
    let Some((first, file)) = data.split_first() else { return };
    let products = [
        Product::BetterAuth,
        Product::Keycloak,
        Product::Kratos,
        Product::Authelia,
        Product::PrivacyIdea,
        Product::GoogleAuthenticator,
        Product::KeyUris,
    ];
    let product = products[usize::from(*first) % products.len()];
    for key in ["b533159b4f7c952e28fdf9e0d44f30d4", "-GDNZ8oRWnfL2e5qF3UAF6wWIhJ6-hycuWN4GXSwBOc="] {
        let options = Options { key: Some(Zeroizing::new(key.to_owned())), ..Options::default() };
        let Ok(lines) = read(product, file, &options) else { continue };
        assert!(!lines.is_empty());
        let mut names = std::collections::HashSet::new();
        for line in lines {
            let Ok(imported) = &line.brings else { continue };
            let name = line.username.as_deref().map(str::trim).expect("brought in for nobody");
            assert!(!name.is_empty() && names.insert(name.to_lowercase()), "{name:?} twice or nobody");
            let parameters = imported.parameters();
            assert!((6..=8).contains(&parameters.digits.count()));
            assert!((15..=60).contains(&parameters.period.seconds()));
            assert!((10..=128).contains(&imported.secret().expose().len()));
        }
    }
}
