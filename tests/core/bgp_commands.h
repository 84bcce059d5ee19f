static const char *const outcomes[24][8];
