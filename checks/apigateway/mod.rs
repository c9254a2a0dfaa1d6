//! Checks of apigateway.
