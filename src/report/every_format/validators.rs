//! Formats before validators that others wrote.
