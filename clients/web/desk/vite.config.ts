import { page } from "../pages.config.ts"

export default page("desk", "chrome109")
