//! Known answers of Argon2id: the standard's own, and at our numbers those of OpenSSL's implementation.

use argon2::{Algorithm, Argon2, AssociatedData, ParamsBuilder, Version};
use zeroize::Zeroizing;

use super::Password;
use crate::runtime::NamedKey;

/// RFC 9106 §5.3. Its numbers are not ours, so this is the crate alone.
#[test]
fn rfc_9106_argon2id() {
    let data = AssociatedData::new(&[4; 12]).unwrap();
    let params = ParamsBuilder::new().m_cost(32).t_cost(3).p_cost(4).data(data).build().unwrap();
    let argon2 = Argon2::new_with_secret(&[3; 8], Algorithm::Argon2id, Version::V0x13, params).unwrap();
    let mut tag = [0; 32];
    argon2.hash_password_into(&[1; 32], &[2; 16], &mut tag).unwrap();
    assert_eq!(hex(&tag), "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
}

/// Made with Python's `hmac` and `cryptography` 48 (OpenSSL): 19 MiB, two passes, one lane, the pepper as secret value,
/// and as salt HMAC-SHA-256(pepper, "edge-mfa password salt v1" 0x00 len(tenant) tenant len(username) username).
#[test]
fn argon2id_at_our_numbers_is_what_another_implementation_makes_it() {
    let counting: [u8; 32] = core::array::from_fn(|index| u8::try_from(index).unwrap());
    let longest = "x".repeat(256);
    let answers = [
        (
            ("correct horse battery staple", "acme", "anna", counting),
            "12c5b8e10a7f841eaab49a01d3a0051f07f6a784b47532c6889ecb79ae238469",
        ),
        (
            ("pässwörd ünï 密码 🔑", "acme", "anna", counting),
            "bea3374449a0671046b0ba7f7c9e80738d94566dfb789e74d0cef6e7f27289fe",
        ),
        ((&longest, "a", "b@c.example", [255; 32]), "7d8e632f341719dd0c03b88aaafc050077db86aef133ad63c75f7e2158a68938"),
        (("", "acme", "anna", counting), "cbdea9b6b9785bcea4d36df4d5e7c05ab1b18ae99fce33dfb8e258476d440c1e"),
    ];
    println!("Argon2id: {} answers at our numbers", answers.len());
    for ((password, tenant, username, pepper), answer) in answers {
        let pepper = NamedKey { id: "test".to_owned(), bytes: Zeroizing::new(pepper) };
        let hashed = Password(Zeroizing::new(password.to_owned())).hash_with(tenant, username, &pepper).ok().unwrap();
        assert_eq!(hex(&hashed.output), answer, "{password:?} of {username} at {tenant}");
        assert_eq!(hashed.scheme, "argon2id-m19456-t2-p1:test");
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
