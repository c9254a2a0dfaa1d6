//! Identifiers derived from what they name: UUIDs of version 5, RFC 9562 section 5.5.

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
        name.push_str(&format!("\n{}:{part}", part.len()));
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
    let hex = |range: std::ops::Range<usize>| -> String {
        bytes[range]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    };
    format!(
        "{}-{}-{}-{}-{}",
        hex(0..4),
        hex(4..6),
        hex(6..8),
        hex(8..10),
        hex(10..16)
    )
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
