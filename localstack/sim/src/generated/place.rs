//! Where a generated thing is, and what it is like. Everything follows from a thing's number.

use serde_json::Value;

use super::Size;
use crate::luck;

/// An account's part in one region.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) size: &'a Size,
    pub(super) seed: u64,
    pub(super) account: &'a str,
    pub(super) region: &'a str,
    /// The region's number in the account.
    pub(super) at: usize,
}

impl<'a> Place<'a> {
    /// How many of an account's `total` are here.
    pub(super) fn count(self, total: usize) -> usize {
        let regions = self.size.regions;
        (total + regions - 1 - self.at) / regions
    }

    /// The number within the account of the nth thing here.
    pub(super) fn number(self, nth: usize) -> usize {
        nth * self.size.regions + self.at
    }

    /// Whether the thing of this number, of the account's `total`, is here.
    pub(super) fn holds(self, number: usize, total: usize) -> bool {
        number < total && number % self.size.regions == self.at
    }

    /// The thing of a kind and number.
    pub(super) fn thing(self, kind: &str, number: usize) -> Thing {
        let of_account = luck::hash(self.account) ^ luck::mix(self.seed);
        Thing {
            number,
            luck: luck::mix(of_account ^ luck::hash(kind) ^ luck::mix(number as u64)),
        }
    }

    /// The thing whose name is made by `name`, if it is here. The number stands at its end.
    pub(super) fn named(
        self,
        given: &str,
        (kind, total): (&str, usize),
        number: Option<usize>,
        name: impl Fn(&Thing) -> String,
    ) -> Option<Thing> {
        let number = number.filter(|number| self.holds(*number, total))?;
        let thing = self.thing(kind, number);
        (name(&thing) == given).then_some(thing)
    }

    /// The ARN of something here.
    pub(super) fn arn(self, service: &str, resource: &str) -> String {
        format!(
            "arn:aws:{service}:{}:{}:{resource}",
            self.region, self.account
        )
    }

    /// The ARN of something of IAM.
    pub(super) fn iam(self, resource: &str) -> String {
        format!("arn:aws:iam::{}:{resource}", self.account)
    }

    /// The nth of something is `thing`: for lists.
    pub(super) fn nth(self, kind: &'a str, nth: usize) -> Thing {
        self.thing(kind, self.number(nth))
    }
}

/// One generated thing, and its luck.
#[derive(Debug, Clone, Copy)]
pub(super) struct Thing {
    pub(super) number: usize,
    luck: u64,
}

impl Thing {
    /// A number that belongs to one of its properties.
    pub(super) fn draw(&self, what: &str) -> u64 {
        luck::mix(self.luck ^ luck::hash(what))
    }

    /// True for so many of a hundred things.
    pub(super) fn chance(&self, what: &str, percent: u64) -> bool {
        self.draw(what) % 100 < percent
    }

    /// A number below `bound`, which is above 0.
    pub(super) fn below(&self, what: &str, bound: usize) -> usize {
        usize::try_from(self.draw(what) % bound.max(1) as u64).unwrap_or_default()
    }

    pub(super) fn pick<T: Copy>(&self, what: &str, among: &[T]) -> T {
        among[self.below(what, among.len())]
    }

    /// An EC2 id of 17 hexadecimal digits, the number at its end.
    pub(super) fn ec2_id(&self, prefix: &str) -> String {
        format!("{prefix}-0{:08x}{:08x}", self.draw("id") >> 32, self.number)
    }

    /// A UUID, the number at its end.
    pub(super) fn uuid(&self) -> String {
        format!(
            "{:08x}-0000-4000-8000-{:012x}",
            self.draw("id") >> 32,
            self.number
        )
    }

    /// An id of ten letters and digits, as API Gateway gives; the number at its end.
    pub(super) fn short_id(&self) -> String {
        let luck = self.draw("id") % 36_u64.pow(4);
        format!("{}{}", base36(luck, 4), base36(self.number as u64, 6))
    }

    /// Sixteen hexadecimal digits that belong to one of its properties.
    pub(super) fn hex(&self, what: &str) -> String {
        format!("{:016x}", self.draw(what))
    }

    /// A day of 2025.
    pub(super) fn day(&self) -> String {
        let draw = self.draw("day");
        format!("2025-{:02}-{:02}", 1 + draw % 12, 1 + draw / 12 % 28)
    }

    /// A moment of that day.
    pub(super) fn moment(&self) -> Value {
        format!("{}T08:00:00Z", self.day()).into()
    }
}

fn base36(mut number: u64, digits: usize) -> String {
    let mut text = vec!['0'; digits];
    for digit in text.iter_mut().rev() {
        let value = u32::try_from(number % 36).unwrap_or_default();
        *digit = char::from_digit(value, 36).unwrap_or('0');
        number /= 36;
    }
    text.into_iter().collect()
}

/// The number at the end of a name: `orders-00012`.
pub(super) fn decimal_end(name: &str) -> Option<usize> {
    name.rsplit('-').next()?.parse().ok()
}

/// The number at the end of an id of ten letters and digits.
pub(super) fn base36_end(id: &str) -> Option<usize> {
    usize::from_str_radix(id.get(4..)?, 36).ok()
}

/// The number at the end of a UUID.
pub(super) fn uuid_end(id: &str) -> Option<usize> {
    usize::from_str_radix(id.rsplit('-').next()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(size: &Size, at: usize) -> Place<'_> {
        Place {
            size,
            seed: 1,
            account: "111122223333",
            region: "eu-central-1",
            at,
        }
    }

    #[test]
    fn every_number_is_in_one_region() {
        let size = Size {
            regions: 3,
            ..Size::default()
        };
        let mut seen = Vec::new();
        for at in 0..3 {
            let place = place(&size, at);
            for nth in 0..place.count(10) {
                assert!(place.holds(place.number(nth), 10));
                seen.push(place.number(nth));
            }
            assert!(!place.holds(place.number(place.count(10)), 10));
        }
        seen.sort_unstable();
        assert_eq!(seen, (0..10).collect::<Vec<_>>());
    }

    #[test]
    fn ids_give_their_numbers_back() {
        let size = Size::default();
        let thing = place(&size, 0).thing("thing", 123_456);
        assert_eq!(thing.short_id().len(), 10);
        assert_eq!(base36_end(&thing.short_id()), Some(123_456));
        assert_eq!(uuid_end(&thing.uuid()), Some(123_456));
        assert_eq!(decimal_end("orders-123456"), Some(123_456));
        assert_eq!(thing.ec2_id("vpc").len(), "vpc-".len() + 17);
    }

    #[test]
    fn things_differ_by_seed_account_kind_and_number() {
        let size = Size::default();
        let here = place(&size, 0);
        let draw = |place: Place<'_>, kind, number| place.thing(kind, number).draw("what");
        let one = draw(here, "a", 1);
        assert_eq!(one, draw(here, "a", 1));
        assert_ne!(one, draw(here, "a", 2));
        assert_ne!(one, draw(here, "b", 1));
        assert_ne!(one, draw(Place { seed: 2, ..here }, "a", 1));
        assert_ne!(
            one,
            draw(
                Place {
                    account: "444455556666",
                    ..here
                },
                "a",
                1
            )
        );
    }
}
