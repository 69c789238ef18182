// How long a new key lives unless someone chooses otherwise: the same in the interface and in `mosaic`.

export const KEY_LIFE_DEFAULT_DAYS = 90;
