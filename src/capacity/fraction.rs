//! Exact shares: 1,000 executions over three subnets, times connections, rounded up once at the end.

/// A fraction that is never negative, in lowest terms.
///
/// Floating point would do for most accounts, but a need that is exactly full must not become one
/// interface more by rounding. No account comes near the bounds of the arithmetic; a hostile
/// snapshot gets a huge need and not a panic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fraction {
    numerator: u128,
    denominator: u128,
}

impl Fraction {
    pub(crate) const ZERO: Self = Self {
        numerator: 0,
        denominator: 1,
    };

    /// What a sum too large to hold becomes: a need that no subnet meets.
    const HUGE: Self = Self {
        numerator: u128::MAX,
        denominator: 1,
    };

    /// `numerator / denominator`; negative numbers count as none, a denominator below one as one.
    pub(crate) fn new(numerator: i64, denominator: i64) -> Self {
        Self::reduced(
            u128::try_from(numerator).unwrap_or(0),
            u128::try_from(denominator).unwrap_or(1),
        )
    }

    fn reduced(numerator: u128, denominator: u128) -> Self {
        let denominator = denominator.max(1);
        let divisor = gcd(numerator, denominator);
        Self {
            numerator: numerator / divisor,
            denominator: denominator / divisor,
        }
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        self.sum(other).unwrap_or(Self::HUGE)
    }

    fn sum(self, other: Self) -> Option<Self> {
        let left = other.denominator / gcd(self.denominator, other.denominator);
        let denominator = self.denominator.checked_mul(left)?;
        let right = denominator / other.denominator;
        let numerator = self
            .numerator
            .checked_mul(left)?
            .checked_add(other.numerator.checked_mul(right)?)?;
        Some(Self::reduced(numerator, denominator))
    }

    /// This divided by `parts`, at least one.
    pub(crate) fn over(self, parts: i64) -> Self {
        let parts = u128::try_from(parts).unwrap_or(1).max(1);
        self.denominator
            .checked_mul(parts)
            .map_or(Self::HUGE, |denominator| {
                Self::reduced(self.numerator, denominator)
            })
    }

    pub(crate) fn times(self, factor: u32) -> Self {
        self.scaled(i64::from(factor))
    }

    /// This, `factor` times; a negative factor counts as none.
    pub(crate) fn scaled(self, factor: i64) -> Self {
        self.numerator
            .checked_mul(u128::try_from(factor).unwrap_or(0))
            .map_or(Self::HUGE, |numerator| {
                Self::reduced(numerator, self.denominator)
            })
    }

    /// Rounded up to a whole number.
    pub(crate) fn ceil(self) -> i64 {
        i64::try_from(self.numerator.div_ceil(self.denominator)).unwrap_or(i64::MAX)
    }
}

/// Euclid's greatest common divisor; at least one.
fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

#[cfg(test)]
mod tests {
    use super::Fraction;

    #[test]
    fn thirds_add_up_to_a_whole() {
        let third = Fraction::new(1000, 3);
        let whole = third.plus(third).plus(third);
        assert_eq!(whole, Fraction::new(1000, 1));
        assert_eq!(whole.ceil(), 1000);
        assert_eq!(third.ceil(), 334);
    }

    #[test]
    fn shares_of_different_size_keep_their_sum() {
        let sum = Fraction::new(1, 2)
            .plus(Fraction::new(1, 3))
            .plus(Fraction::ZERO);
        assert_eq!(sum, Fraction::new(5, 6));
        assert_eq!(sum.times(6).over(5), Fraction::new(1, 1));
    }

    #[test]
    fn senseless_and_huge_numbers_neither_panic_nor_turn_negative() {
        assert_eq!(Fraction::new(-5, 2).ceil(), 0);
        assert_eq!(Fraction::new(5, 0).ceil(), 5);
        let mut sum = Fraction::ZERO;
        for parts in 1..200 {
            sum = sum.plus(Fraction::new(i64::MAX, parts)).times(u32::MAX);
        }
        assert_eq!(sum.ceil(), i64::MAX);
    }
}
