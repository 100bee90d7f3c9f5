-- AlterTable
ALTER TABLE "contract" ADD COLUMN     "unconfirmed_attributes" VARCHAR(64)[] DEFAULT ARRAY[]::VARCHAR(64)[];
