//! Chance that can be repeated: every draw follows from a seed and from what is drawn for, not from
//! the order of the draws. Requests that run in parallel meet the same luck in every run.

/// FNV-1a: the standard hasher may change between releases, and logs are compared.
pub(crate) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    })
}

/// SplitMix64's finaliser: neighbouring numbers in, unrelated numbers out.
/// <https://doi.org/10.1145/2714064.2660195>
pub(crate) fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A number from 0 up to, not including, 1.
pub(crate) fn fraction(number: u64) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "53 bits are what a double holds exactly"
    )]
    let bits = (mix(number) >> 11) as f64;
    bits / 9_007_199_254_740_992.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_lie_evenly_between_zero_and_one() {
        let draws: Vec<f64> = (0..10_000).map(fraction).collect();
        assert!(draws.iter().all(|draw| (0.0..1.0).contains(draw)));
        for tenth in 0..10 {
            let low = f64::from(tenth) / 10.0;
            let count = draws
                .iter()
                .filter(|draw| (low..low + 0.1).contains(*draw))
                .count();
            assert!((900..1100).contains(&count), "{count} from {low}");
        }
    }

    #[test]
    fn the_same_number_draws_the_same() {
        assert_eq!(mix(7), mix(7));
        assert_ne!(mix(7), mix(8));
        assert_eq!(hash(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(hash("a"), 0xaf63_dc4c_8601_ec8c);
    }
}
