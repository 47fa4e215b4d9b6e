export declare const NOT_IN_A_PAGE: readonly { readonly test: RegExp; readonly why: string }[];
