//! Identifiers derived from what they name: UUIDs of version 5, RFC 9562 section 5.5.

use std::fmt::Write as _;

use sha1::{Digest, Sha1};

/// The namespace of Tripod's names: a random UUID, fixed for life.
const NAMESPACE: [u8; 16] = [
    0x9c, 0x1d, 0x0b, 0x6e, 0x5a, 0x37, 0x4e, 0x0f, 0x8b, 0x52, 0x6d, 0x2f, 0xc4, 0x91, 0x7a, 0x13,
];

/// The UUID of a thing of this kind, by the parts of its name. The same name gives the same UUID.
pub(crate) fn of(kind: &str, parts: &[&str]) -> String {
    let mut name = kind.to_owned();
    for part in parts {
        // The length, so that no part can run over into its neighbour.
        // Writing to a String cannot fail.
        let _ = write!(name, "\n{}:{part}", part.len());
    }
    in_namespace(NAMESPACE, name.as_bytes())
}

fn in_namespace(namespace: [u8; 16], name: &[u8]) -> String {
    let digest = Sha1::new()
        .chain_update(namespace)
        .chain_update(name)
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes[6] = (bytes[6] & 0x0f) | 0x50;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if [4, 6, 8, 10].contains(&index) {
            text.push('-');
        }
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{in_namespace, of};

    #[test]
    fn the_example_of_the_standard() {
        // RFC 9562, appendix A.4: www.example.com in the namespace of DNS.
        let dns = [
            0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4,
            0x30, 0xc8,
        ];
        assert_eq!(
            in_namespace(dns, b"www.example.com"),
            "2ed6657d-e927-568b-95e1-2665a8aea6a2"
        );
    }

    #[test]
    fn the_parts_of_a_name_are_kept_apart() {
        assert_ne!(of("a", &["b", "c"]), of("a", &["bc", ""]));
        assert_ne!(of("a", &["b"]), of("b", &["b"]));
        assert_eq!(of("a", &["b"]), of("a", &["b"]));
    }
}
