//! Whether a VPC's range has room for another subnet.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use tripod_model::ec2::{CidrAssociation, Vpc};

/// The smallest and the largest subnet that AWS allows, by prefix length, and what it keeps of each.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>
const SMALLEST: u8 = 28;
const LARGEST: u8 = 16;
const RESERVED: i64 = 5;

/// The prefix length of the smallest subnet that gives out so many addresses; that of the largest where none does.
pub(super) fn prefix_for(addresses: i64) -> u8 {
    (LARGEST..=SMALLEST)
        .rev()
        .find(|prefix| (1_i64 << (32 - prefix)) - RESERVED >= addresses)
        .unwrap_or(LARGEST)
}

/// The first free block of this size in the ranges of a VPC.
pub(super) fn free_block<'a>(
    vpc: &Vpc,
    taken: impl Iterator<Item = &'a str>,
    prefix: u8,
) -> Option<Ipv4Net> {
    let mut taken: Vec<Ipv4Net> = taken.filter_map(|range| range.parse().ok()).collect();
    taken.sort_unstable();
    let own = vpc
        .ipv4_cidrs
        .iter()
        .filter(|it| CidrAssociation::is_in_use(it));
    own.filter_map(|it| it.cidr.as_deref()?.parse().ok())
        .find_map(|range: Ipv4Net| first_gap(range, &taken, prefix))
}

fn first_gap(range: Ipv4Net, taken: &[Ipv4Net], prefix: u8) -> Option<Ipv4Net> {
    let size = 1_u64 << (32 - prefix.min(32));
    let end = |net: &Ipv4Net| u64::from(u32::from(net.broadcast())) + 1;
    let mut start = u64::from(u32::from(range.network()));
    while start + size <= end(&range) {
        let first = u32::try_from(start).ok()?;
        let block = Ipv4Net::new(Ipv4Addr::from(first), prefix).ok()?;
        let overlapping = taken
            .iter()
            .filter(|net| u64::from(u32::from(net.network())) < start + size && start < end(net));
        match overlapping.map(end).max() {
            None => return Some(block),
            // Blocks begin at multiples of their size.
            Some(after) => start = after.max(start + 1).div_ceil(size) * size,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use tripod_model::fixtures;

    use super::{free_block, prefix_for};

    #[test]
    fn the_smallest_subnet_that_gives_out_enough() {
        // A /28 has 16 addresses, of which AWS keeps 5.
        for (addresses, prefix) in [
            (1, 28),
            (11, 28),
            (12, 27),
            (27, 27),
            (28, 26),
            (251, 24),
            (252, 23),
        ] {
            assert_eq!(prefix_for(addresses), prefix, "{addresses}");
        }
        assert_eq!(prefix_for(1_000_000), 16);
    }

    #[test]
    fn a_gap_is_found_where_there_is_one() {
        let vpc = fixtures::vpc("vpc-1");
        let free = |taken: &[&str], prefix| {
            free_block(&vpc, taken.iter().copied(), prefix).map(|block| block.to_string())
        };
        assert_eq!(free(&[], 28).as_deref(), Some("10.0.0.0/28"));
        assert_eq!(free(&["10.0.0.0/24"], 28).as_deref(), Some("10.0.1.0/28"));
        // 10.0.0.16/28 is taken: the first /27 that is whole begins at 32.
        assert_eq!(free(&["10.0.0.16/28"], 27).as_deref(), Some("10.0.0.32/27"));
        assert_eq!(free(&["10.0.0.0/17", "10.0.128.0/17"], 28), None);
        assert_eq!(
            free(&["10.0.0.0/17", "10.0.128.0/18"], 18).as_deref(),
            Some("10.0.192.0/18")
        );
        assert_eq!(free(&["10.0.0.0/17", "10.0.128.0/18"], 17), None);
    }
}
