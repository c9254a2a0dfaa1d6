//! Checks of vpc.
