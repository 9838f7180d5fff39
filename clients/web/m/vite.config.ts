import { page } from "../pages.config.ts"

export default page("m", "chrome64")
