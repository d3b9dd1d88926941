/** For files and folders of their user only. */
export const PRIVATE_FILE_MODE = 0o600;
export const PRIVATE_FOLDER_MODE = 0o700;
/** Set when others have any access. */
export const OTHERS_MODE_BITS = 0o077;
