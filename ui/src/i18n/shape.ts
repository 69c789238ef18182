// The form that every further language must have: the keys of the English texts, each with some text.

export type Shape<T> = { readonly [K in keyof T]: T[K] extends string ? string : Shape<T[K]> };
