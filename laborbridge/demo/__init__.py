"""A campaign to look at: Enshi to Hangzhou in spring 2020, with accounts for each kind of person."""
